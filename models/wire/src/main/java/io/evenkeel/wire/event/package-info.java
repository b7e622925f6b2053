/** Evenkeel's own events: topic names, and domain records as JSON in CloudEvents 1.0 binary mode. */
@NullMarked
package io.evenkeel.wire.event;

import org.jspecify.annotations.NullMarked;
