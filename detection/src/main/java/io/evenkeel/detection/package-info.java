/**
 * From rows to findings, as pure functions of (state, input, time): streams, slots, bins, service-level signals, edges,
 * deviations, presence and rollups. Nothing here knows Flink or Kafka.
 */
@NullMarked
package io.evenkeel.detection;

import org.jspecify.annotations.NullMarked;
