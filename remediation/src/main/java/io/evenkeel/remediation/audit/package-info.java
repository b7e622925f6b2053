/** The record of who did what, chained by hashes so that a later edit shows. */
@NullMarked
package io.evenkeel.remediation.audit;

import org.jspecify.annotations.NullMarked;
