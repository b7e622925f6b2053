/** The picture of who calls whom in an incident; pure. */
@NullMarked
package io.evenkeel.console.graph;

import org.jspecify.annotations.NullMarked;
