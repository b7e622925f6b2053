/** Who calls whom, and what was changed. */
@NullMarked
package io.evenkeel.domain.topology;

import org.jspecify.annotations.NullMarked;
