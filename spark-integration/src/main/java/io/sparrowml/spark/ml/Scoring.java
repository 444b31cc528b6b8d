package io.sparrowml.spark.ml;

import io.sparrowml.config.ConfigException;
import io.sparrowml.data.Rows;
import io.sparrowml.metric.Accuracy;
import io.sparrowml.model.Model;
import io.sparrowml.spark.ingest.ScoringEncoder;
import io.sparrowml.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.JoinedRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.catalyst.util.GenericArrayData;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;
import org.apache.spark.util.TaskCompletionListener;

/**
 * Adds a model's predictions to rows. What a row is given does not depend on which rows it came
 * with, nor on how they are partitioned.
 *
 * <p>A model of classes adds {@code prediction}, the name of the class, and {@code probability}, an
 * array with one number for each class. A model of numbers adds {@code prediction}, a number. A
 * model of sequences adds arrays of these, one element for each position.
 */
public final class Scoring {
  /** The column of the class or number that is predicted. */
  public static final String PREDICTION = "prediction";

  /** The column of the classes' probabilities. */
  public static final String PROBABILITY = "probability";

  private static final int ROWS = 256;

  private Scoring() {}

  /**
   * Scores rows.
   *
   * @param rows with a column for each of the model's features
   * @throws ConfigException when a column is missing, or one to be added is there already
   */
  public static Dataset<Row> score(SavedModel saved, Dataset<Row> rows) {
    Model model = saved.model();
    ScoringEncoder encoder = new ScoringEncoder(model.preprocessing(), rows.schema());
    StructType schema = schema(model, rows.schema());
    JavaSparkContext context =
        JavaSparkContext.fromSparkContext(rows.sparkSession().sparkContext());
    Broadcast<SavedModel> shared = context.broadcast(saved);
    return PartitionMapping.of(rows, schema, part -> new Scorer(shared.value(), encoder, part));
  }

  private static StructType schema(Model model, StructType of) {
    for (String added : List.of(PREDICTION, PROBABILITY)) {
      if (Arrays.asList(of.fieldNames()).contains(added)) {
        throw new ConfigException(
            "score: the input expects no column '%s', got columns %s; rename it"
                .formatted(added, Arrays.toString(of.fieldNames())));
      }
    }
    boolean sequence = model.target().rank() > 0;
    if (!model.loss().classifies()) {
      return of.add(PREDICTION, each(sequence, DataTypes.DoubleType), false);
    }
    DataType probabilities = DataTypes.createArrayType(DataTypes.DoubleType, false);
    return of.add(PREDICTION, each(sequence, DataTypes.StringType), false)
        .add(PROBABILITY, each(sequence, probabilities), false);
  }

  /** A type, or an array of it. */
  private static DataType each(boolean array, DataType type) {
    return array ? DataTypes.createArrayType(type, false) : type;
  }

  /** Scores the rows of a partition, some at a time. */
  private static final class Scorer implements Iterator<InternalRow> {
    private final OpenModel open;
    private final ScoringEncoder encoder;
    private final Iterator<InternalRow> rows;
    private final List<UTF8String> classes;
    private Iterator<InternalRow> scored = List.<InternalRow>of().iterator();

    Scorer(SavedModel saved, ScoringEncoder encoder, Iterator<InternalRow> rows) {
      this.open = new OpenModel(saved, encoder.format());
      this.encoder = encoder;
      this.rows = rows;
      this.classes = open.model().classes().stream().map(UTF8String::fromString).toList();
      TaskCompletionListener close = context -> open.close();
      TaskContext.get().addTaskCompletionListener(close);
    }

    @Override
    public boolean hasNext() {
      return scored.hasNext() || rows.hasNext();
    }

    @Override
    public InternalRow next() {
      if (!scored.hasNext()) {
        scored = batch().iterator();
      }
      return scored.next();
    }

    private List<InternalRow> batch() {
      Rows room = open.room(ROWS);
      List<InternalRow> taken = new ArrayList<>(ROWS);
      while (taken.size() < ROWS && rows.hasNext()) {
        InternalRow row = rows.next();
        encoder.encode(row, room, taken.size());
        taken.add(row.copy());
      }
      List<InternalRow> results = new ArrayList<>(taken.size());
      open.inference()
          .predict(
              room.part(0, taken.size()),
              (predictions, outputs, count) -> {
                for (int i = 0; i < count; i++) {
                  InternalRow row = taken.get(results.size());
                  results.add(new JoinedRow(row, added(predictions, outputs, i)));
                }
              });
      return results;
    }

    /** The values of the columns that are added to a row. */
    private InternalRow added(Tensor predictions, Tensor outputs, int index) {
      Model model = open.model();
      boolean sequence = model.target().rank() > 0;
      int positions = Math.toIntExact(model.target().size());
      int all = Math.toIntExact(outputs.shape().from(1).size());
      int units = all / positions;
      double[] numbers = new double[all];
      predictions.read(index * all, numbers, all);
      if (!model.loss().classifies()) {
        Object number = sequence ? UnsafeArrayData.fromPrimitiveArray(numbers) : numbers[0];
        return new GenericInternalRow(new Object[] {number});
      }
      float[] logits = new float[all];
      outputs.floats().get(index * all, logits);
      Object[] names = new Object[positions];
      Object[] probabilities = new Object[positions];
      for (int at = 0; at < positions; at++) {
        names[at] = classes.get(Accuracy.predicted(logits, at * units, units));
        double first = numbers[at * units];
        probabilities[at] =
            UnsafeArrayData.fromPrimitiveArray(
                units == 1
                    ? new double[] {1 - first, first}
                    : Arrays.copyOfRange(numbers, at * units, (at + 1) * units));
      }
      return new GenericInternalRow(
          sequence
              ? new Object[] {new GenericArrayData(names), new GenericArrayData(probabilities)}
              : new Object[] {names[0], probabilities[0]});
    }
  }
}
