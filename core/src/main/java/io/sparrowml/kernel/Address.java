package io.sparrowml.kernel;

import org.bytedeco.javacpp.FloatPointer;

/** A native pointer that can be set to any address, so that calls need not make new ones. */
final class Address extends FloatPointer {
  Address at(long newAddress) {
    this.address = newAddress;
    return this;
  }
}
