package io.evenkeel.detection;

import java.util.Arrays;
import java.util.List;

/**
 * Which series of a metric a row of the table of known signals is about, as its column {@code where} says it: terms that
 * must all hold, separated by a space. {@code success=false} asks for this value, {@code error.type=*} for any, {@code
 * db.client.connection.state!=idle} for another or none, {@code state!=*} for none. An empty value is none.
 *
 * @param text as written, empty for every series
 */
record SeriesCondition(String text, List<Term> terms) {
    /**
     * @param value as in the canonical form of attributes, {@code *} for any
     * @param negated whether it must not be so
     */
    record Term(String key, String value, boolean negated) {
        boolean holds(String attributes) {
            String seen = MetricPolicy.attribute(attributes, key);
            boolean isSo = value.equals("*") ? !seen.isEmpty() : seen.equals(value);
            return isSo != negated;
        }
    }

    static SeriesCondition parse(String text) {
        return new SeriesCondition(
                text,
                Arrays.stream(text.split(" "))
                        .filter(term -> !term.isEmpty())
                        .map(SeriesCondition::term)
                        .toList());
    }

    private static Term term(String text) {
        int equals = text.indexOf('=');
        boolean negated = equals > 0 && text.charAt(equals - 1) == '!';
        String key = text.substring(0, Math.max(0, negated ? equals - 1 : equals));
        String value = text.substring(equals + 1);
        if (key.isEmpty() || value.isEmpty()) {
            throw new IllegalArgumentException("'" + text + "' is neither key=value nor key!=value");
        }
        return new Term(key, value, negated);
    }

    /** @param attributes in canonical form {@code k=v,k2=v2} */
    boolean holds(String attributes) {
        for (Term term : terms) {
            if (!term.holds(attributes)) {
                return false;
            }
        }
        return true;
    }
}
