package io.sparrowml.spark.ingest;

import java.io.Serializable;
import java.util.Arrays;

/** A row on its way to its logical worker: ordered by hash, then by content. */
final class ContentKey implements Comparable<ContentKey>, Serializable {
  private static final long serialVersionUID = 1L;

  private final long hash;
  private final byte[] content;

  ContentKey(long hash, byte[] content) {
    this.hash = hash;
    this.content = content;
  }

  long hash() {
    return hash;
  }

  byte[] content() {
    return content;
  }

  @Override
  public int compareTo(ContentKey other) {
    int order = Long.compare(hash, other.hash);
    return order != 0 ? order : Arrays.compareUnsigned(content, other.content);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ContentKey key && compareTo(key) == 0;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(hash);
  }
}
