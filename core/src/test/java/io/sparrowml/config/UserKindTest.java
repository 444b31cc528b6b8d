package io.sparrowml.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kinds that are not on the class path, as those of a jar that Spark was given are not. */
class UserKindTest {
  private static final ConfigMapper MAPPER =
      new ConfigMapper(new Catalog<>(Runnable.class, "errand"));

  private final ClassLoader before = Thread.currentThread().getContextClassLoader();
  @TempDir Path classes;
  private URLClassLoader loader;

  @BeforeEach
  void giveTheThreadALoaderOfItsOwn() throws IOException {
    loader = new URLClassLoader(new URL[] {classes.toUri().toURL()}, before);
    Thread.currentThread().setContextClassLoader(loader);
  }

  @AfterEach
  void giveItItsOldOneBack() throws IOException {
    Thread.currentThread().setContextClassLoader(before);
    loader.close();
  }

  private void compile(String name, String source) throws IOException {
    Path file = Files.writeString(classes.resolve(name + ".java"), source);
    int status =
        ToolProvider.getSystemJavaCompiler()
            .run(null, null, null, "-d", classes.toString(), file.toString());
    assertThat(status).isZero();
  }

  private static void expectRefusal(String json, String message) {
    assertThatThrownBy(() -> MAPPER.readJson(json, Runnable.class))
        .isInstanceOf(ConfigException.class)
        .hasMessage(message);
  }

  @Test
  void theThreadsClassLoaderIsAsked() throws IOException {
    compile(
        "Walk",
        """
        package com.example;
        public record Walk(int steps) implements Runnable {
          public void run() {}
        }
        """);

    Runnable walk = MAPPER.readJson("{\"com.example.Walk\": {\"steps\": 3}}", Runnable.class);

    assertThat(walk).hasToString("Walk[steps=3]");
    assertThat(MAPPER.readJson(MAPPER.writeJson(walk), Runnable.class)).isEqualTo(walk);
  }

  @Test
  void aClassThatIsNowhereIsRefusedWithTheFilesThatWereGiven() {
    expectRefusal(
        "\"com.example.Walk\"",
        "errand expects a class on the class path, got 'com.example.Walk', which is not there, nor"
            + " in "
            + classes.getFileName()
            + "/; give its jar with --jars");
  }

  @Test
  void aClassThatLacksAnotherIsRefusedWithItsName() throws IOException {
    compile(
        "Walk",
        """
        package com.example;
        public record Walk() implements Errand {
          public void run() {}
        }
        interface Errand extends Runnable {}
        """);
    Files.delete(classes.resolve("com/example/Errand.class"));

    expectRefusal(
        "\"com.example.Walk\"",
        "errand expects a class that can be loaded, got 'com.example.Walk', which is there, but:"
            + " NoClassDefFoundError: com/example/Errand; give its jar, and those that it needs,"
            + " with --jars");
  }

  @Test
  void aBrokenClassIsRefusedWithWhatIsWrong() throws IOException {
    Files.write(
        Files.createDirectories(classes.resolve("com/example")).resolve("Walk.class"), new byte[8]);

    expectRefusal(
        "\"com.example.Walk\"",
        "errand expects a class that can be loaded, got 'com.example.Walk', which is there, but:"
            + " ClassFormatError: Incompatible magic value 0 in class file com/example/Walk");
  }

  @Test
  void nothingOfAClassRunsBeforeItIsKnownToBeOfUse() throws IOException {
    compile(
        "Bomb",
        """
        package com.example;
        public class Bomb {
          static {
            System.setProperty("com.example.Bomb", "ran");
          }
        }
        """);

    expectRefusal(
        "\"com.example.Bomb\"",
        "errand expects a record that implements java.lang.Runnable, got 'com.example.Bomb', which"
            + " is not one");
    assertThat(System.getProperty("com.example.Bomb")).isNull();
  }
}
