/** Sends what a Collector's file exporter has written once more. */
@NullMarked
package io.evenkeel.ingest.replay;

import org.jspecify.annotations.NullMarked;
