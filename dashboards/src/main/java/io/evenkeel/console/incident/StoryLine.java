package io.evenkeel.console.incident;

import io.evenkeel.console.text.UrlId;
import org.jspecify.annotations.Nullable;

/**
 * A line of the story with its link to the evidence behind it.
 *
 * @param row the line
 * @param evidence finding it stands on, as in URLs; null for none
 */
public record StoryLine(TimelineRow row, @Nullable String evidence) {
    public static StoryLine of(TimelineRow row) {
        String finding = row.finding();
        return new StoryLine(row, finding == null || finding.isEmpty() ? null : UrlId.encode(finding));
    }
}
