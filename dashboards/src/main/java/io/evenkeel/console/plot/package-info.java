/** Plots drawn on the server as SVG; pure. */
@NullMarked
package io.evenkeel.console.plot;

import org.jspecify.annotations.NullMarked;
