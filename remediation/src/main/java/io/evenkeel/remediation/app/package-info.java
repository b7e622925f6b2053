/** Wiring, security and the REST API of the control plane. */
@NullMarked
package io.evenkeel.remediation.app;

import org.jspecify.annotations.NullMarked;
