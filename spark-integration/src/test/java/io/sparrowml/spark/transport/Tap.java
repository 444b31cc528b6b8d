package io.sparrowml.spark.transport;

import io.sparrowml.spark.wire.Address;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** A wire between two peers, at which all bytes are recorded. */
final class Tap implements AutoCloseable {
  private final ServerSocket listening;
  private final Address to;
  private final ByteArrayOutputStream recorded = new ByteArrayOutputStream();

  Tap(Address to) throws IOException {
    this.to = to;
    this.listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    start(this::relay);
  }

  private static void start(Runnable work) {
    Thread thread = new Thread(work, "tap");
    thread.setDaemon(true);
    thread.start();
  }

  /** Where to connect instead of to the peer. */
  Address address() {
    return new Address("127.0.0.1", listening.getLocalPort());
  }

  private void relay() {
    try (Socket from = listening.accept();
        Socket onward = new Socket(to.host(), to.port())) {
      start(() -> copy(onward, from));
      copy(from, onward);
    } catch (IOException e) {
      // the end of the connection
    }
  }

  private void copy(Socket from, Socket onward) {
    byte[] bytes = new byte[1 << 16];
    try (InputStream in = from.getInputStream();
        OutputStream out = onward.getOutputStream()) {
      for (int length = in.read(bytes); length >= 0; length = in.read(bytes)) {
        synchronized (recorded) {
          recorded.write(bytes, 0, length);
        }
        out.write(bytes, 0, length);
        out.flush();
      }
    } catch (IOException e) {
      // the end of the connection
    }
  }

  /** All bytes so far, of both directions. */
  byte[] recorded() {
    synchronized (recorded) {
      return recorded.toByteArray();
    }
  }

  @Override
  public void close() throws IOException {
    listening.close();
  }
}
