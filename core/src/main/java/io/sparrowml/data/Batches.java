package io.sparrowml.data;

import io.sparrowml.tensor.DType;
import io.sparrowml.tensor.ShapeException;
import io.sparrowml.tensor.Tensor;
import java.nio.FloatBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Fills the inputs and targets of batches with chosen rows, as a {@link Preprocessing} says.
 *
 * <p>Holds its working memory, so each thread needs its own.
 */
public final class Batches {
  private static final int BYTE_VALUES = 256;

  /** Tables for more channels than this would fill the cache. */
  private static final int MOST_CHANNELS = 4;

  private final RowFormat format;
  private final int width;
  private final float[] shift;
  private final float[] scale;

  /** Inputs that a raw value becomes; 0 for a number, which becomes one. */
  private final int[] categories;

  /** What a missing raw value becomes; NaN where none may be missing. */
  private final float[] fill;

  /** What each byte becomes, 256 numbers a channel; null where it is computed. */
  private final float @Nullable [] table;

  private final @Nullable Scaling label;
  private final boolean filling;
  private final boolean categorical;
  private final byte[] bytes;
  private final float[] raw;
  private final float[] inputs;

  /**
   * Batches of rows of one format.
   *
   * @throws ShapeException when the preprocessing is for rows of another width
   */
  public Batches(Preprocessing preprocessing, RowFormat format) {
    if (preprocessing.rawWidth() != format.width()) {
      throw new ShapeException(
          "preprocessing expects rows of "
              + preprocessing.rawWidth()
              + " values, got "
              + format.width());
    }
    this.format = format;
    this.width = preprocessing.width();
    this.shift = new float[format.width()];
    this.scale = new float[format.width()];
    this.categories = new int[format.width()];
    this.fill = new float[format.width()];
    this.label = preprocessing.label();
    this.filling = preprocessing.fills();
    this.bytes = new byte[format.width()];
    this.raw = new float[format.width()];
    this.inputs = new float[width];
    this.categorical =
        preprocessing.features().stream().anyMatch(f -> f instanceof Feature.Categorical);
    int at = 0;
    for (int f = 0; f < preprocessing.features().size(); f++) {
      Feature feature = preprocessing.features().get(f);
      Scaling scaling = preprocessing.scaling().get(f);
      for (int i = 0; i < feature.rawWidth(); i++, at++) {
        shift[at] = scaling.shift().get(i % scaling.shift().size());
        scale[at] = scaling.scale().get(i % scaling.scale().size());
        fill[at] = scaling.fill() == null ? Float.NaN : scaling.fill();
        categories[at] = feature instanceof Feature.Categorical c ? c.values().size() : 0;
      }
    }
    boolean bytesOfOne = format.storage() == DType.UINT8 && preprocessing.features().size() == 1;
    this.table = bytesOfOne ? table(preprocessing.scaling().get(0)) : null;
  }

  private static float @Nullable [] table(Scaling scaling) {
    int channels = scaling.shift().size();
    if (channels > MOST_CHANNELS) {
      return null;
    }
    float[] table = new float[channels * BYTE_VALUES];
    for (int i = 0; i < table.length; i++) {
      int channel = i / BYTE_VALUES;
      int value = i % BYTE_VALUES;
      table[i] = (value - scaling.shift().get(channel)) * scaling.scale().get(channel);
    }
    return table;
  }

  /** How many inputs a row becomes. */
  public int width() {
    return width;
  }

  /**
   * Fills the first {@code count} rows of {@code out} with the rows {@code index[from .. from +
   * count)}.
   *
   * @param out FLOAT32, {@code [>= count, ...]} with {@link #width} numbers a row
   */
  public void inputs(Rows rows, int[] index, int from, int count, Tensor out) {
    if (!rows.format().equals(format)
        || out.shape().rank() == 0
        || out.shape().dim(0) < count
        || out.shape().from(1).size() != width) {
      throw new ShapeException(
          "inputs expects rows of "
              + format
              + " and room for ["
              + count
              + ", "
              + width
              + "], got "
              + rows.format()
              + " and "
              + out.shape());
    }
    FloatBuffer target = out.floats();
    for (int i = 0; i < count; i++) {
      if (table != null) {
        look(rows.features(), index[from + i], table);
      } else {
        read(rows.features(), index[from + i]);
        if (categorical) {
          expand();
        } else {
          scale();
        }
      }
      target.put(i * width, inputs);
    }
  }

  /** Looks the inputs of a row up, which is quicker than to compute them. */
  private void look(Tensor features, int row, float[] table) {
    features.block().buffer().get(row * bytes.length, bytes);
    int channel = 0;
    for (int i = 0; i < bytes.length; i++) {
      inputs[i] = table[channel + (bytes[i] & 0xff)];
      channel = channel + BYTE_VALUES == table.length ? 0 : channel + BYTE_VALUES;
    }
  }

  private void read(Tensor features, int row) {
    int at = row * raw.length;
    if (format.storage() == DType.FLOAT32) {
      features.floats().get(at, raw);
      if (filling) {
        fill();
      }
      return;
    }
    features.block().buffer().get(at, bytes);
    for (int i = 0; i < raw.length; i++) {
      raw[i] = bytes[i] & 0xff;
    }
  }

  private void fill() {
    for (int i = 0; i < raw.length; i++) {
      if (Float.isNaN(raw[i])) {
        raw[i] = fill[i];
      }
    }
  }

  private void scale() {
    for (int i = 0; i < raw.length; i++) {
      inputs[i] = (raw[i] - shift[i]) * scale[i];
    }
  }

  private void expand() {
    int at = 0;
    for (int i = 0; i < raw.length; i++) {
      if (categories[i] == 0) {
        inputs[at++] = (raw[i] - shift[i]) * scale[i];
      } else {
        int category = (int) raw[i];
        for (int c = 0; c < categories[i]; c++) {
          inputs[at++] = c == category ? 1 : 0;
        }
      }
    }
  }

  /**
   * Fills the first {@code count} samples of {@code out} with the labels, scaled where the
   * preprocessing says so, of the rows {@code index[from .. from + count)}.
   *
   * @param out FLOAT32, {@code [>= count, ...target]}
   */
  public void targets(Rows rows, int[] index, int from, int count, Tensor out) {
    FloatBuffer labels = rows.labels().floats();
    FloatBuffer target = out.floats();
    int each = format.labels();
    for (int i = 0; i < count; i++) {
      int row = index[from + i] * each;
      for (int j = 0; j < each; j++) {
        float number = labels.get(row + j);
        target.put(i * each + j, label == null ? number : label.apply(number));
      }
    }
  }

  /** Whether rows have weights. */
  public boolean weighted() {
    return format.weighted();
  }

  /**
   * Fills the first {@code count} numbers of {@code out} with the weights of the rows {@code
   * index[from .. from + count)}, which must have them.
   *
   * @param out FLOAT32, at least {@code count} numbers
   */
  public void weights(Rows rows, int[] index, int from, int count, Tensor out) {
    FloatBuffer weights = Objects.requireNonNull(rows.weights(), "weights").floats();
    FloatBuffer into = out.floats();
    for (int i = 0; i < count; i++) {
      into.put(i, weights.get(index[from + i]));
    }
  }
}
