package io.sparrowml.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.sparrowml.tensor.Shape;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigMapperTest {
  interface Animal {}

  record Cat() implements Animal {}

  record Dog(int age, @Default("0.5") double barkRate, @Default("['fetch']") List<String> tricks)
      implements Animal {
    Dog {
      if (age < 0) {
        throw new ConfigException("age: expects at least 0, got " + age);
      }
      if (tricks.size() > age) {
        throw new ConfigException("expects at most a trick a year, got " + tricks.size());
      }
    }
  }

  enum Mode {
    SYNC,
    LOCAL_STEPS
  }

  record Share(double part) {
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    static Share of(String text) {
      if (!text.endsWith("%")) {
        throw new ConfigException("expects a percentage, got '" + text + "'");
      }
      return new Share(Double.parseDouble(text.substring(0, text.length() - 1)) / 100);
    }

    @JsonValue
    String text() {
      return part * 100 + "%";
    }
  }

  record Place(@Nullable String path, @Nullable Integer row) {
    @JsonCreator(mode = JsonCreator.Mode.PROPERTIES)
    Place {}

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    static Place of(String path) {
      return new Place(path, null);
    }
  }

  record Zoo(
      String name,
      Shape cage,
      List<Animal> animals,
      @Default("cat") Animal mascot,
      @Default("sync") Mode mode,
      @Default("30s") Duration visit,
      @Default("{}") Map<String, Integer> prices,
      @Nullable Share share,
      @Nullable Place place) {}

  private final ConfigMapper mapper =
      new ConfigMapper(
          new Catalog<>(Animal.class, "animal").add("cat", Cat.class).add("dog", Dog.class));

  private Zoo zoo(String keys) {
    return mapper.readJson("{\"name\": \"z\", \"cage\": [2, 3], " + keys + "}", Zoo.class);
  }

  @Test
  void missingKeysHaveTheirDefaults() {
    assertThat(zoo("\"animals\": [\"cat\", {\"dog\": {\"age\": 3}}]"))
        .isEqualTo(
            new Zoo(
                "z",
                Shape.of(2, 3),
                List.of(new Cat(), new Dog(3, 0.5, List.of("fetch"))),
                new Cat(),
                Mode.SYNC,
                Duration.ofSeconds(30),
                Map.of(),
                null,
                null));
  }

  @Test
  void givenKeysAreRead() {
    Zoo zoo =
        zoo(
            """
            "animals": "cat", "mascot": {"cat": null}, "mode": "local-steps", "visit": "2h",
            "prices": {"child": 3}, "share": "25%"
            """);
    assertThat(zoo.animals()).containsExactly(new Cat());
    assertThat(zoo.mode()).isEqualTo(Mode.LOCAL_STEPS);
    assertThat(zoo.visit()).isEqualTo(Duration.ofHours(2));
    assertThat(zoo.prices()).containsEntry("child", 3);
    assertThat(zoo.share()).isEqualTo(new Share(0.25));
    assertThat(zoo("\"animals\": [], \"place\": \"x\"").place()).isEqualTo(new Place("x", null));
    assertThat(zoo("\"animals\": [], \"place\": {\"row\": 2}").place())
        .isEqualTo(new Place(null, 2));
  }

  @Test
  void whatIsWrittenHoldsEveryKeyAndReadsBack() {
    Zoo zoo = zoo("\"animals\": [\"cat\", {\"dog\": {\"age\": 3}}], \"share\": \"10%\"");
    assertThat(mapper.write(zoo))
        .hasToString(
            "{\"name\":\"z\",\"cage\":[2,3],\"animals\":[\"cat\","
                + "{\"dog\":{\"age\":3,\"bark-rate\":0.5,\"tricks\":[\"fetch\"]}}],"
                + "\"mascot\":\"cat\",\"mode\":\"sync\",\"visit\":\"30s\",\"prices\":{},"
                + "\"share\":\"10.0%\"}");
    assertThat(mapper.readJson(mapper.writeJson(zoo), Zoo.class)).isEqualTo(zoo);
  }

  @Test
  void aNamedThingMayBeTheWholeText() {
    assertThat(mapper.readJson("{\"dog\": {\"age\": 1}}", Animal.class))
        .isEqualTo(new Dog(1, 0.5, List.of("fetch")));
    assertThat(mapper.write(new Cat())).hasToString("\"cat\"");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'animals': [{'dog': {'age': 1, 'bark-rat': 2}}] | animals[0].dog: unknown key 'bark-rat',"
            + " did you mean 'bark-rate'? (known: age, bark-rate, tricks)",
        "'animals': [{'cat': {'zzz': 1}}] | animals[0].cat: unknown key 'zzz' (known: none)",
        "'animals': ['cat', 'dgo'] | animals[1]: unknown animal 'dgo', did you mean 'dog'?"
            + " (known: cat, dog)",
        "'animals': [{'dog': {'age': 'five'}}] | animals[0].dog.age: expects a whole number, got"
            + " 'five'",
        "'animals': [{'dog': {'age': 1.5}}] | animals[0].dog.age: expects a whole number, got 1.5",
        "'animals': [{'dog': {'age': 5000000000}}] | animals[0].dog.age: expects a whole number,"
            + " got 5000000000",
        "'animals': [{'dog': {}}] | animals[0].dog.age: is required",
        "'animals': [{'dog': {'age': -1}}] | animals[0].dog.age: expects at least 0, got -1",
        "'animals': [{'dog': {'age': 0}}] | animals[0].dog: expects at most a trick a year, got 1",
        "'animals': [7] | animals[0]: expects the name of an animal, or {name: {key: value}}, got"
            + " 7",
        "'animals': [{'dog': 3}] | animals[0].dog: expects keys (age, bark-rate, tricks), got 3",
        "'mascot': 'cat' | animals: is required",
        "'animals': [], 'mode': 'fast' | mode: expects one of sync, local-steps, got 'fast'",
        "'animals': [], 'visit': 'soon' | visit: expects a duration such as 500ms, 30s, 10m or 2h,"
            + " got 'soon'",
        "'animals': [], 'prices': 3 | prices: expects keys and values, got 3",
        "'animals': [], 'prices': {'child': 'x'} | prices.child: expects a whole number, got 'x'",
        "'animals': [], 'share': 'half' | share: expects a percentage, got 'half'",
        "'animals': [], 'place': {'rwo': 1} | place: unknown key 'rwo', did you mean 'row'? (known:"
            + " path, row)",
        "'animals': [], 'place': [1] | place: expects place, got [1]",
        "'animals': [], 'cage': [2, 0] | cage[1]: expects an extent of at least 1, got 0",
        "'animals': [], 'anmals': [] | unknown key 'anmals', did you mean 'animals'? (known: name,"
            + " cage, animals, mascot, mode, visit, prices, share, place)",
      })
  void errorsNameThePathAndTheCure(String keys, String message) {
    assertThatThrownBy(() -> zoo(keys.replace('\'', '"')))
        .isInstanceOf(ConfigException.class)
        .hasMessage(message);
  }

  @Test
  void jsonThatIsNoneIsRefusedWithItsLine() {
    assertThatThrownBy(() -> mapper.readJson("{\n  \"name\": z\n}", Zoo.class))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("line 2, column 12: expects JSON, got Unrecognized token 'z'");
  }

  @ParameterizedTest
  @CsvSource({"500ms", "30s", "10m", "2h", "0s", "90s"})
  void durationsKeepTheirText(String text) {
    assertThat(mapper.write(zoo("\"animals\": [], \"visit\": \"" + text + "\"")).get("visit"))
        .hasToString("\"" + text + "\"");
  }

  @Test
  void numbersMayBeWrittenWithoutAPoint() {
    assertThat(mapper.readJson("{\"age\": 1, \"bark-rate\": \"1e-3\"}", Dog.class).barkRate())
        .isEqualTo(1e-3);
  }

  interface Size {}

  record Metres(double length) implements Size {
    Metres {
      if (length < 0) {
        throw new ConfigException("expects a length of at least 0, got " + length);
      }
    }
  }

  record Between(Size from, @Default("2.5") Size to) implements Size {}

  private final ConfigMapper sizes =
      new ConfigMapper(
          new Catalog<>(Size.class, "size")
              .addBare("metres", Metres.class)
              .add("between", Between.class));

  @Test
  void aBareValueStandsForItsKind() {
    Between between = new Between(new Metres(1), new Metres(2.5));

    assertThat(sizes.readJson("{\"between\": {\"from\": 1}}", Size.class)).isEqualTo(between);
    assertThat(sizes.readJson("{\"metres\": {\"length\": 2}}", Size.class))
        .isEqualTo(new Metres(2));
    assertThat(sizes.write(between)).hasToString("{\"between\":{\"from\":1.0,\"to\":2.5}}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'between': {'from': -1}} | between.from: expects a length of at least 0, got -1.0",
        "{'between': {'from': true}} | between.from: expects a number, the name of a size, or"
            + " {name: {key: value}}, got true",
        "'big' | unknown size 'big' (known: metres, between)",
        "'metres' | metres.length: is required",
      })
  void aBareValueThatCannotBeIsRefused(String json, String message) {
    assertThatThrownBy(() -> sizes.readJson(json.replace('\'', '"'), Size.class))
        .isInstanceOf(ConfigException.class)
        .hasMessage(message);
  }

  record Numbers(List<Float> floats, List<Double> doubles) {}

  @Property(tries = 100)
  void numbersKeepAllTheirBits(@ForAll List<Float> floats, @ForAll List<Double> doubles) {
    Numbers numbers = new Numbers(floats, doubles);
    assertThat(mapper.readJson(mapper.writeJson(numbers), Numbers.class)).isEqualTo(numbers);
  }

  /** An animal that is in no catalog, as a user might write it. */
  record Parrot(@Default("3") int words) implements Animal {}

  record Stone() {}

  @Test
  void aUsersOwnKindIsNamedByItsClass() {
    String name = "io.sparrowml.config.ConfigMapperTest$Parrot";
    Animal parrot = mapper.readJson("{\"" + name + "\": {\"words\": 5}}", Animal.class);

    assertThat(parrot).isEqualTo(new Parrot(5));
    assertThat(mapper.readJson(mapper.writeJson(parrot), Animal.class)).isEqualTo(parrot);
    assertThat(mapper.readJson("\"" + name + "\"", Animal.class)).isEqualTo(new Parrot(3));
  }

  @Test
  void aClassThatIsNoKindIsRefused() {
    assertThatThrownBy(() -> mapper.readJson("\"com.example.Parrot\"", Animal.class))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "animal expects a class on the class path, got 'com.example.Parrot', which is not"
                + " there; give its jar with --jars");
    for (String other : List.of("io.sparrowml.config.ConfigMapperTest$Stone", "java.lang.String")) {
      assertThatThrownBy(() -> mapper.readJson("\"" + other + "\"", Animal.class))
          .isInstanceOf(ConfigException.class)
          .hasMessage(
              "animal expects a record that implements io.sparrowml.config.ConfigMapperTest$Animal,"
                  + " got '"
                  + other
                  + "', which is not one");
    }
  }
}
