package io.sparrowml.spark.cluster;

import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.NarrowDependency;
import org.apache.spark.Partition;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.apache.spark.rdd.RDD;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag$;

/**
 * The Spark job of a training: one partition a compute slot. It depends narrowly on all packed
 * shards, so each task may read the rows of any logical worker, where they are kept or from where
 * they come.
 */
final class TrainingRdd extends RDD<Boolean> {
  private static final long serialVersionUID = 1L;

  private final TrainingJob job;
  private final int slots;
  private final RDD<byte[]> train;
  private final Partition[] trainPartitions;
  private final RDD<byte[]> validation;
  private final Partition[] validationPartitions;
  private final List<String> hosts;

  /**
   * A training's job.
   *
   * @param hosts where executors are: any will do, which keeps tasks from waiting for the one that
   *     keeps the first shard
   */
  TrainingRdd(
      SparkContext context,
      TrainingJob job,
      int slots,
      RDD<byte[]> train,
      RDD<byte[]> validation,
      List<String> hosts) {
    super(
        context,
        seq(List.of(new OnAll(train), new OnAll(validation))),
        ClassTag$.MODULE$.apply(Boolean.class));
    this.job = job;
    this.slots = slots;
    this.train = train;
    this.trainPartitions = train.partitions(); // asked here, as executors cannot ask every RDD
    this.validation = validation;
    this.validationPartitions = validation.partitions();
    this.hosts = List.copyOf(hosts);
  }

  private static <T> Seq<T> seq(List<T> list) {
    return CollectionConverters.asScala(list).toSeq();
  }

  /** Every partition may read every partition of the parent. */
  private static final class OnAll extends NarrowDependency<byte[]> {
    private static final long serialVersionUID = 1L;

    private final int partitions;

    OnAll(RDD<byte[]> parent) {
      super(parent);
      this.partitions = parent.getNumPartitions();
    }

    @Override
    public Seq<Object> getParents(int partition) {
      return seq(IntStream.range(0, partitions).<Object>mapToObj(i -> i).toList());
    }
  }

  /** A compute slot. */
  private record Slot(int index) implements Partition {
    private static final long serialVersionUID = 1L;
  }

  @Override
  public Partition[] getPartitions() {
    return IntStream.range(0, slots).mapToObj(Slot::new).toArray(Partition[]::new);
  }

  @Override
  public Seq<String> getPreferredLocations(Partition split) {
    return seq(hosts);
  }

  @Override
  public scala.collection.Iterator<Boolean> compute(Partition split, TaskContext context) {
    TrainingTask.run(
        job,
        new ShardReader() {
          @Override
          public Iterator<byte[]> train(int worker) {
            return read(train, trainPartitions[worker], context);
          }

          @Override
          public Iterator<byte[]> validation(int worker) {
            return read(validation, validationPartitions[worker], context);
          }
        });
    return CollectionConverters.asScala(List.of(Boolean.TRUE).iterator());
  }

  private static Iterator<byte[]> read(RDD<byte[]> shards, Partition shard, TaskContext context) {
    return CollectionConverters.asJava(shards.iterator(shard, context));
  }
}
