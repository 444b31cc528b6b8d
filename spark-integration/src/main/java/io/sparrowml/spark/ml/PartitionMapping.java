package io.sparrowml.spark.ml;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Alias;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeReference;
import org.apache.spark.sql.catalyst.expressions.BoundReference;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.GetStructField;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.plans.logical.DeserializeToObject;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.MapPartitions;
import org.apache.spark.sql.catalyst.plans.logical.SerializeFromObject;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.ObjectType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import scala.Option;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;
import scala.runtime.AbstractFunction1;

/**
 * Maps the partitions of a data frame as {@link Dataset#mapPartitions} does, but over the rows that
 * Spark itself works with, so no object is made of any value.
 */
final class PartitionMapping
    extends AbstractFunction1<scala.collection.Iterator<Object>, scala.collection.Iterator<Object>>
    implements Serializable {
  private static final long serialVersionUID = 1L;

  private final Work work;

  /** What is done with a partition. */
  @FunctionalInterface
  interface Work extends Serializable {
    /**
     * Gives new rows for those of a partition.
     *
     * @param rows each of which may be overwritten by the next: what is kept needs a copy
     */
    Iterator<InternalRow> apply(Iterator<InternalRow> rows);
  }

  private PartitionMapping(Work work) {
    this.work = work;
  }

  @Override
  public scala.collection.Iterator<Object> apply(scala.collection.Iterator<Object> rows) {
    Iterator<InternalRow> own = CollectionConverters.asJava(rows.map(InternalRow.class::cast));
    return CollectionConverters.asScala(work.apply(own)).map(row -> row);
  }

  /**
   * The data frame with the rows that work gives; nothing is done before it is asked for.
   *
   * @param schema of the new rows
   */
  static Dataset<Row> of(Dataset<Row> rows, StructType schema, Work work) {
    org.apache.spark.sql.classic.Dataset<Row> frame =
        (org.apache.spark.sql.classic.Dataset<Row>) rows;
    LogicalPlan input = frame.logicalPlan();
    List<Expression> columns = new ArrayList<>(CollectionConverters.asJava(input.output()));
    LogicalPlan whole =
        new DeserializeToObject(new WholeRow(immutable(columns)), object("row"), input);
    LogicalPlan mapped = new MapPartitions(new PartitionMapping(work), object("mapped"), whole);
    return org.apache.spark.sql.classic.Dataset.ofRows(
        frame.sparkSession(), new SerializeFromObject(columns(schema), mapped));
  }

  private static Attribute object(String name) {
    return new AttributeReference(
        name,
        new ObjectType(InternalRow.class),
        false,
        Metadata.empty(),
        NamedExpression.newExprId(),
        immutable(List.of()));
  }

  /** The fields of the object that is the only column of what was mapped. */
  private static Seq<NamedExpression> columns(StructType schema) {
    Expression row = new BoundReference(0, schema, false);
    List<NamedExpression> columns = new ArrayList<>();
    for (StructField field : schema.fields()) {
      Expression value = new GetStructField(row, columns.size(), Option.apply(field.name()));
      columns.add(
          new Alias(
              value,
              field.name(),
              NamedExpression.newExprId(),
              immutable(List.of()),
              Option.empty(),
              immutable(List.of())));
    }
    return immutable(columns);
  }

  private static <T> Seq<T> immutable(List<T> list) {
    return CollectionConverters.asScala(list).toSeq();
  }
}
