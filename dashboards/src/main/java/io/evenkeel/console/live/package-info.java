/** What changed since, for pages that stay open; pure. */
@NullMarked
package io.evenkeel.console.live;

import org.jspecify.annotations.NullMarked;
