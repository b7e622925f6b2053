/** The parts of the configuration directory that are not about repairs: services, metrics and notification routes. */
@NullMarked
package io.evenkeel.remediation.catalogue;

import org.jspecify.annotations.NullMarked;
