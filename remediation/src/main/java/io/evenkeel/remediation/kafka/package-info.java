/** Events of the jobs come in here, decisions and configuration go out. */
@NullMarked
package io.evenkeel.remediation.kafka;

import org.jspecify.annotations.NullMarked;
