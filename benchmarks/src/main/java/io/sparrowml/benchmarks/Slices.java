package io.sparrowml.benchmarks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Slices of time in which threads do the same work over and over, each its own.
 *
 * @param warmUp before the slices
 * @param slice how long each one is
 * @param slices how many count
 */
public record Slices(Duration warmUp, Duration slice, int slices) {
  /** What is timed; belongs to one thread, which makes it and closes it. */
  public interface Work {
    /** Does it once, and says how many samples that were. */
    int run() throws Exception;

    /** Gives back what it holds. */
    void close() throws Exception;
  }

  /** The samples per second that all threads have together, in the median slice. */
  public double rate(int threads, Callable<? extends Work> maker) throws Exception {
    List<ExecutorService> pool = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      pool.add(Executors.newSingleThreadExecutor());
    }
    try {
      List<? extends Work> works = onAll(pool, maker);
      onEach(pool, works, warmUp);
      double[] rates = new double[slices];
      for (int i = 0; i < slices; i++) {
        rates[i] = onEach(pool, works, slice);
      }
      for (int i = 0; i < threads; i++) {
        Work work = works.get(i);
        get(pool.get(i).submit(() -> closed(work)));
      }
      return median(rates);
    } finally {
      pool.forEach(ExecutorService::shutdownNow);
    }
  }

  /** The median. */
  static double median(double[] numbers) {
    double[] sorted = numbers.clone();
    Arrays.sort(sorted);
    int half = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }

  private static <T> List<T> onAll(List<ExecutorService> pool, Callable<T> call) throws Exception {
    List<Future<T>> futures = new ArrayList<>();
    for (ExecutorService thread : pool) {
      futures.add(thread.submit(call));
    }
    List<T> results = new ArrayList<>();
    for (Future<T> future : futures) {
      results.add(get(future));
    }
    return results;
  }

  private static double onEach(
      List<ExecutorService> pool, List<? extends Work> works, Duration duration) throws Exception {
    List<Future<Double>> futures = new ArrayList<>();
    for (int i = 0; i < works.size(); i++) {
      Work work = works.get(i);
      futures.add(pool.get(i).submit(() -> rate(work, duration)));
    }
    double sum = 0;
    for (Future<Double> future : futures) {
      sum += get(future);
    }
    return sum;
  }

  private static double rate(Work work, Duration duration) throws Exception {
    long start = System.nanoTime();
    long samples = 0;
    long passed;
    do {
      samples += work.run();
      passed = System.nanoTime() - start;
    } while (passed < duration.toNanos());
    return samples * 1e9 / passed;
  }

  private static boolean closed(Work work) throws Exception {
    work.close();
    return true;
  }

  private static <T> T get(Future<T> future) throws Exception {
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Exception cause ? cause : e;
    }
  }
}
