/**
 * Links over the network: connections, authentication, encryption, framing.
 *
 * <p>Read {@link io.sparrowml.spark.transport.Transport} first. A connection is opened,
 * authenticated and encrypted by Spark's own transport, as the cluster's settings say; then it is
 * <em>upgraded</em>: Spark's handlers leave the channel and ours take their place behind the
 * encryption.
 *
 * <pre>
 *  connecting side                                    listening side
 *  ---------------                                    --------------
 *  encryption                                         {@code Guard}: few bytes, little time
 *  Spark's frames and RPCs   -- authentication -->    encryption
 *                            -- greeting RPC   -->    Spark's frames
 *                            <-- the same      --     {@code Handshake}: RPCs alone, then upgrade
 *  upgrade
 *
 *  encryption                                         encryption
 *  {@code NettyLink}         &lt;== our frames ==>       {@code NettyLink}
 * </pre>
 *
 * <p>What is private to Spark (names of its handlers, order of its handshake) is known to {@code
 * SparkChannels} and {@code Handshake} alone, and held by a test. This package imports {@code
 * wire}, Netty and Spark's network classes, and is the one place with Netty.
 */
@NullMarked
package io.sparrowml.spark.transport;

import org.jspecify.annotations.NullMarked;
