/** The console's pages and event stream on Spring. */
@NullMarked
package io.evenkeel.console.app;

import org.jspecify.annotations.NullMarked;
