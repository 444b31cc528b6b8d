/**
 * What nodes, shards and the coordinator say to each other: one record a message, and its bytes.
 *
 * <p>Read {@link io.sparrowml.spark.wire.Message} first. {@link io.sparrowml.spark.wire.Frame}
 * turns a message into bytes, {@link io.sparrowml.spark.wire.FrameDecoder} turns bytes back. The
 * protocol itself is written against {@link io.sparrowml.spark.wire.Link} and {@link
 * io.sparrowml.spark.wire.Receiver}. This package imports core, Arrow and Jackson; no Netty, no
 * Spark.
 *
 * <p>A frame, version 1, all numbers little-endian:
 *
 * <pre>
 *  byte  0       1       2       3       4       5       6       7
 *     +-------+-------+-------+-------+-------+-------+-------+-------+
 *   0 |  'S'     'P'     'R'     'W'  |version| kind  |  coding 0/1   |
 *     +-------+-------+-------+-------+-------+-------+-------+-------+
 *   8 |          generation           |             shard             |
 *     +-------+-------+-------+-------+-------+-------+-------+-------+
 *  16 |                             step                              |
 *     +-------+-------+-------+-------+-------+-------+-------+-------+
 *  24 |            subtree            |           headBytes           |
 *     +-------+-------+-------+-------+-------+-------+-------+-------+
 *  32 |                        count (samples)                        |
 *     +-------+-------+-------+-------+-------+-------+-------+-------+
 *  40 |                           bodyBytes                           |
 *     +-------+-------+-------+-------+-------+-------+-------+-------+
 *  48 |  head: headBytes bytes, then zeros up to a multiple of 8      |
 *     |                              ...                              |
 *     +-------+-------+-------+-------+-------+-------+-------+-------+
 *     |  body: bodyBytes bytes, as they lie in memory                 |
 *     |                              ...                              |
 *     +---------------------------------------------------------------+
 * </pre>
 *
 * <p>Tensor messages ({@code Push}, {@code Slice}, {@code State}) have the metadata of an Arrow IPC
 * encapsulated message as their head and its buffers as their body: a record batch of one FLOAT32
 * column without nulls, without a validity bitmap, without compression and without padding behind
 * the values. Where the coding is 1, which only a {@code Push} may have, the column is of UINT8 and
 * holds the numbers as {@code BlockCode} draws them. A {@code Push} of no samples and a {@code
 * Pull} have neither head nor body. All other kinds are control messages: the head is a JSON object
 * of the record's fields other than generation and step, and there is no body; shard, subtree and
 * count of the prefix are 0. States of metrics, the squares of a {@code Norm} and the clocks of a
 * {@code Held} are the Base64 of packed numbers, as {@code PackedLongs} says.
 *
 * <p>A {@code Norm} goes from shard to shard, and only where the norm of the gradient is limited,
 * or steps are skipped whose gradients are not finite. Its squares are one long number in 21 digits
 * of 32 bits, the lowest first, or alone the index of a gradient that is not finite:
 *
 * <pre>
 *   {"shard": 3, "squares": Base64 of d0, d1, ... d20}
 *   sum of squares = 2^-352 (d0 + d1 2^32 + ... + d20 2^640)
 * </pre>
 *
 * <p>Kinds: 1 push, 2 pull, 3 slice, 4 state; 16 join, 17 plan, 18 ready, 19 begin, 20 progress, 21
 * report, 22 decision, 23 failure, 24 finish, 25 heartbeat, 26 hello, 27 norm, 28 profile, 29
 * saved, 30 regroup, 31 quiet, 32 measured, 33 held, 34 unreachable, 35 skipped, 36 pace.
 *
 * <p>Limits: a head of 1 MiB for tensor messages, 512 MiB for what carries states of metrics
 * ({@code Report}, {@code Measured}, {@code Held}) and 16 MiB for other control messages; the
 * reader sets the body's.
 */
@NullMarked
package io.sparrowml.spark.wire;

import org.jspecify.annotations.NullMarked;
