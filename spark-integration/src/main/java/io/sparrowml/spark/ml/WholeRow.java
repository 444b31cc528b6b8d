package io.sparrowml.spark.ml;

import java.io.Serializable;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.BoundReference;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.catalyst.expressions.codegen.CodegenContext;
import org.apache.spark.sql.catalyst.expressions.codegen.CodegenFallback;
import org.apache.spark.sql.catalyst.expressions.codegen.ExprCode;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.ObjectType;
import org.jspecify.annotations.Nullable;
import scala.collection.immutable.IndexedSeq;
import scala.collection.immutable.Seq;

/**
 * An expression whose value are some columns as a row of Spark's own, which is the input itself
 * where it has these and no others. It may be overwritten by the next.
 */
public final class WholeRow extends Expression implements CodegenFallback, Serializable {
  private static final long serialVersionUID = 1L;

  private final Seq<Expression> columns;
  private transient @Nullable UnsafeProjection projection;
  private transient boolean bound;

  /** The row of columns. */
  public WholeRow(Seq<Expression> columns) {
    this.columns = columns;
  }

  @Override
  public Object eval(InternalRow input) {
    if (!bound) {
      projection = isInput(input.numFields()) ? null : UnsafeProjection.create(columns);
      bound = true;
    }
    return projection == null ? input : projection.apply(input);
  }

  @Override
  public ExprCode doGenCode(CodegenContext context, ExprCode code) {
    return CodegenFallback.super.doGenCode(context, code);
  }

  private boolean isInput(int fields) {
    boolean same = columns.size() == fields;
    for (int i = 0; same && i < fields; i++) {
      same = columns.apply(i) instanceof BoundReference column && column.ordinal() == i;
    }
    return same;
  }

  @Override
  public DataType dataType() {
    return new ObjectType(InternalRow.class);
  }

  @Override
  public boolean nullable() {
    return false;
  }

  @Override
  public Seq<Expression> children() {
    return columns;
  }

  @Override
  public Expression withNewChildrenInternal(IndexedSeq<Expression> children) {
    return new WholeRow(children);
  }

  @Override
  public int productArity() {
    return 1;
  }

  @Override
  public Object productElement(int index) {
    return columns;
  }

  @Override
  public boolean canEqual(Object other) {
    return other instanceof WholeRow;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof WholeRow row && row.columns.equals(columns);
  }

  @Override
  public int hashCode() {
    return columns.hashCode();
  }
}
