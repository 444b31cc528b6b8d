package io.sparrowml.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparrowml.config.ConfigException;
import io.sparrowml.config.ConfigMapper;
import java.util.List;
import org.junit.jupiter.api.Test;

class PreprocessingTest {
  private static final Feature AGE = Feature.Numeric.number("age");
  private static final Feature COLOUR = new Feature.Categorical("colour", List.of("blue", "red"));

  private static Statistics statistics(double[]... rows) {
    Statistics statistics = new Statistics(rows[0].length);
    for (double[] row : rows) {
      statistics.add(row);
    }
    return statistics;
  }

  @Test
  void standardUsesTheDeviationOfThePopulation() {
    Statistics statistics = statistics(new double[] {1, 0}, new double[] {5, 1});

    Preprocessing fitted = Preprocessing.fit(List.of(AGE, COLOUR), Normalize.STANDARD, statistics);

    assertThat(fitted.scaling())
        .containsExactly(new Scaling(List.of(3f), List.of(0.5f)), Scaling.identity(1));
    assertThat(fitted.rawWidth()).isEqualTo(2);
    assertThat(fitted.width()).isEqualTo(3);
    assertThat(fitted.names()).containsExactly("age", "colour");
  }

  @Test
  void minMaxMapsToZeroAndOne() {
    Statistics statistics = statistics(new double[] {2}, new double[] {10}, new double[] {4});

    assertThat(Preprocessing.fit(List.of(AGE), Normalize.MIN_MAX, statistics).scaling())
        .containsExactly(new Scaling(List.of(2f), List.of(0.125f)));
  }

  @Test
  void aConstantColumnBecomesZero() {
    Statistics statistics = statistics(new double[] {7}, new double[] {7});
    Scaling toZero = new Scaling(List.of(7f), List.of(1f));

    assertThat(Preprocessing.fit(List.of(AGE), Normalize.STANDARD, statistics).scaling())
        .containsExactly(toZero);
    assertThat(Preprocessing.fit(List.of(AGE), Normalize.MIN_MAX, statistics).scaling())
        .containsExactly(toZero);
  }

  @Test
  void eachChannelOfAnImageIsScaledAsOne() {
    Feature image = new Feature.Numeric("image", 4, 2);
    Statistics statistics =
        statistics(new double[] {0, 100, 2, 300}, new double[] {0, 100, 2, 300});

    assertThat(Preprocessing.fit(List.of(image), Normalize.STANDARD, statistics).scaling())
        .containsExactly(new Scaling(List.of(1f, 200f), List.of(1f, 0.01f)));
  }

  @Test
  void noneLeavesNumbersAsTheyAre() {
    assertThat(Preprocessing.fit(List.of(AGE), Normalize.NONE, statistics(new double[] {3})))
        .isEqualTo(Preprocessing.identity(List.of(AGE)));
  }

  @Test
  void survivesJson() {
    ConfigMapper json = new ConfigMapper(Feature.CATALOG);
    Preprocessing saved =
        new Preprocessing(
            List.of(AGE, COLOUR),
            List.of(new Scaling(List.of(38.6f), List.of(0.0733f), 40f), Scaling.identity(1)),
            new Scaling(List.of(2f), List.of(3f)));

    String text = json.writeJson(saved);

    assertThat(text).contains("\"categorical\"", "[ \"blue\", \"red\" ]", "38.6", "0.0733");
    assertThat(json.readJson(text, Preprocessing.class)).isEqualTo(saved);
    assertThat(saved.fills()).isTrue();
  }

  @Test
  void aTextIsItsIdsAndNeverScaled() {
    Feature text = new Feature.Text("t", Tokens.WORDS, true, 3, List.of("b", "a"));
    ConfigMapper json = new ConfigMapper(Feature.CATALOG);

    Preprocessing fitted =
        Preprocessing.fit(List.of(text), Normalize.STANDARD, statistics(new double[] {2, 3, 0}));

    assertThat(fitted).isEqualTo(Preprocessing.identity(List.of(text)));
    assertThat(fitted.width()).isEqualTo(3);
    assertThat(((Feature.Text) text).ids()).isEqualTo(4);
    assertThat(json.readJson(json.writeJson(fitted), Preprocessing.class)).isEqualTo(fitted);
    assertThatThrownBy(() -> new Feature.Text("t", Tokens.WORDS, true, 0, List.of("a")))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "feature 't' expects a length of at least 1 and no token twice, got 0 and 1 tokens");
  }

  @Test
  void scalingsThatDoNotFitTheFeaturesAreRefused() {
    assertThatThrownBy(() -> new Preprocessing(List.of(AGE), List.of(Scaling.identity(3))))
        .isInstanceOf(ConfigException.class)
        .hasMessage("preprocessing expects one shift for each of the 1 channels of 'age', got 3");
    assertThatThrownBy(() -> new Preprocessing(List.of(AGE), List.of()))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "preprocessing expects at least one feature and a scaling for each, got 1 and 0");
    assertThatThrownBy(() -> new Feature.Categorical("c", List.of("a", "a")))
        .isInstanceOf(ConfigException.class)
        .hasMessage("feature 'c' expects at least one value and no value twice, got [a, a]");
    assertThatThrownBy(() -> new Feature.Numeric("image", 10, 3))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "feature 'image' expects a width of at least 1 that its channels divide,"
                + " got width 10 and channels 3");
  }
}
