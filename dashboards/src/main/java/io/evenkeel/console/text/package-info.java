/** How the console says things: figures with their units, times, names of signals, ids in URLs. */
@NullMarked
package io.evenkeel.console.text;

import org.jspecify.annotations.NullMarked;
