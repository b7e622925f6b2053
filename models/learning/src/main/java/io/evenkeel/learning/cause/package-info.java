/** Which service is probably the cause of a group of findings, with the reasons. Pure functions of findings, graph, changes. */
@NullMarked
package io.evenkeel.learning.cause;

import org.jspecify.annotations.NullMarked;
