/** Reads the console_* views; never writes. */
@NullMarked
package io.evenkeel.console.postgres;

import org.jspecify.annotations.NullMarked;
