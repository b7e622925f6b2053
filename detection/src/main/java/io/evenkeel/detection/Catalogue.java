package io.evenkeel.detection;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What people want rolled up: metric names by glob at 1 min, watched signals at 10 s. Rebuilt from the configuration
 * topic; safe to share by reading threads except for its cache, which belongs to the reader that made it.
 */
public final class Catalogue {
    /**
     * Nothing known yet: every signal is counted, and none is sent before the first word or before its window would be
     * overwritten, so that no point is lost however long that takes.
     */
    public static final Catalogue UNKNOWN = new Catalogue(false, List.of(), Set.of());

    private final boolean known;
    private final List<Pattern> globs;
    private final Set<String> watched;
    private final Map<String, Boolean> matches = new HashMap<>();

    private Catalogue(boolean known, List<Pattern> globs, Set<String> watched) {
        this.known = known;
        this.globs = globs;
        this.watched = watched;
    }

    /**
     * @param globs metric names, {@code *} for any run of characters, {@code ?} for one
     * @param watched signal ids
     */
    public static Catalogue of(List<String> globs, List<String> watched) {
        return new Catalogue(true, globs.stream().map(Catalogue::pattern).toList(), Set.copyOf(watched));
    }

    boolean isKnown() {
        return known;
    }

    boolean rollsUp(String metric) {
        return matches.computeIfAbsent(
                metric,
                name -> globs.stream().anyMatch(glob -> glob.matcher(name).matches()));
    }

    boolean watches(String signalId) {
        return watched.contains(signalId);
    }

    boolean watchesAnything() {
        return !watched.isEmpty();
    }

    private static Pattern pattern(String glob) {
        StringBuilder regex = new StringBuilder();
        for (char c : glob.toCharArray()) {
            regex.append(c == '*' ? ".*" : c == '?' ? "." : Pattern.quote(String.valueOf(c)));
        }
        return Pattern.compile(regex.toString());
    }
}
