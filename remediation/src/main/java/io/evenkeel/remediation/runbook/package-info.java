/** What people own as files: runbooks, policy, grants and endpoints, read with the line of every value. */
@NullMarked
package io.evenkeel.remediation.runbook;

import org.jspecify.annotations.NullMarked;
