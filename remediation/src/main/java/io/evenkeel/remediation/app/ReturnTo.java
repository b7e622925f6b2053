package io.evenkeel.remediation.app;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The page a form came from. Only paths of ours, so that nobody can be sent elsewhere after a decision. */
final class ReturnTo {
    /** A slash that no second slash or backslash follows (browsers read both as another host), then harmless marks. */
    private static final Pattern LOCAL = Pattern.compile("/(?![/\\\\])[A-Za-z0-9._~/?&=%#:+,;@!-]{0,1000}");

    private ReturnTo() {}

    static URI orElse(@Nullable String wanted, String otherwise) {
        if (wanted != null && LOCAL.matcher(wanted).matches()) {
            try {
                return new URI(wanted);
            } catch (URISyntaxException e) {
                // Harmless marks in an order that means nothing, such as a lone percent sign.
                return URI.create(otherwise);
            }
        }
        return URI.create(otherwise);
    }
}
