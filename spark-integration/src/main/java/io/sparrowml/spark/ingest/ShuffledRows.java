package io.sparrowml.spark.ingest;

import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.jspecify.annotations.Nullable;
import scala.Tuple2;

/**
 * Rows by logical worker, in the order of their hashes. Spark keeps the files of the shuffle, so
 * each of the passes over the rows reads those and not the source again.
 *
 * @param columns what the values of a row are
 * @param rows partition {@code w} holds the rows of logical worker {@code w}; true marks those for
 *     validation
 */
record ShuffledRows(Table.Columns columns, JavaPairRDD<ContentKey, Boolean> rows) {
  /**
   * Shuffles rows.
   *
   * @param classes where they are known, each row's label is checked while its place is known too
   */
  static ShuffledRows of(Table table, Split split, @Nullable Classes classes) {
    Table.Columns columns = table.columns();
    JavaPairRDD<ContentKey, Boolean> rows =
        table
            .rows()
            .mapToPair(
                row -> {
                  if (classes != null) {
                    RowEncoder.check(row, columns, classes);
                  }
                  byte[] content = row.content();
                  long hash = split.hash(content);
                  return new Tuple2<>(new ContentKey(hash, content), split.validates(hash));
                });
    return new ShuffledRows(
        columns, rows.repartitionAndSortWithinPartitions(new WorkerPartitioner(split)));
  }

  /**
   * What the rows of each logical worker show.
   *
   * @param labels whether to gather the labels
   */
  List<Survey> survey(boolean labels) {
    Table.Columns shape = columns;
    return rows.mapPartitions(part -> List.of(survey(part, shape, labels)).iterator()).collect();
  }

  private static Survey survey(
      Iterator<Tuple2<ContentKey, Boolean>> part, Table.Columns columns, boolean labels) {
    Survey survey = new Survey(columns, labels);
    while (part.hasNext()) {
      Tuple2<ContentKey, Boolean> row = part.next();
      if (row._2) {
        survey.addValidation();
        if (columns.sequence()) {
          survey.addCharacters(RawRow.of(row._1.content(), columns.size()));
        }
      } else {
        survey.add(RawRow.of(row._1.content(), columns.size()));
      }
    }
    return survey;
  }

  /** The chunks of the rows for training, or of those for validation. */
  JavaRDD<byte[]> pack(boolean validation, RowEncoder encoder) {
    int size = columns.size();
    return rows.filter(row -> row._2 == validation)
        .keys()
        .map(key -> RawRow.of(key.content(), size))
        .mapPartitions(part -> new ChunkPacker(part, encoder), true);
  }
}
