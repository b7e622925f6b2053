/** Stores on PostgreSQL, the only truth. */
@NullMarked
package io.evenkeel.remediation.postgres;

import org.jspecify.annotations.NullMarked;
