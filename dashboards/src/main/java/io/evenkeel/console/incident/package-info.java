/** What an incident page shows, put together from rows; pure. */
@NullMarked
package io.evenkeel.console.incident;

import org.jspecify.annotations.NullMarked;
