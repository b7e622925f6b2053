/** Real faults: what can be done to a running service, and the tools that do it. */
@NullMarked
package io.evenkeel.testbed.fault;

import org.jspecify.annotations.NullMarked;
