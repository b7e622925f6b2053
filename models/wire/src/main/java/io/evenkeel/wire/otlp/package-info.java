/** OTLP bytes to columnar rows, without an object per point. The generated classes are the oracle in tests. */
@NullMarked
package io.evenkeel.wire.otlp;

import org.jspecify.annotations.NullMarked;
