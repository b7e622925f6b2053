/** What a proposed or running repair looks like to a person; pure. */
@NullMarked
package io.evenkeel.console.remedy;

import org.jspecify.annotations.NullMarked;
