package io.evenkeel.wire.otlp;

import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Overwrites secrets in attributes with asterisks, in place: no length changes, so a sound message stays one and nothing
 * is copied. Masked are
 *
 * <ul>
 *   <li>the whole value of a key that names a secret: its last word is {@code password, secret, token, authorization,
 *       cookie, credentials} and the like, or {@code key} behind {@code api, access, private} and the like; words are
 *       parted by {@code . _ - /} or a capital letter
 *   <li>in any other text, what follows such a name and {@code =} or {@code :} (URLs, command lines, JSON, SQL), what
 *       follows it as a command line's option, the password of {@code scheme://user:password@host}, and what follows
 *       {@code Bearer} or {@code Basic}
 * </ul>
 *
 * Numbers and booleans stay. Immutable; safe for any thread.
 */
public final class SecretMask implements Serializable {
    private static final long serialVersionUID = 1L;

    /** Words that by themselves say that a secret follows. */
    private static final Set<String> WORDS = Set.of(
            "password",
            "passwd",
            "pwd",
            "passphrase",
            "secret",
            "secrets",
            "token",
            "apikey",
            "authorization",
            "cookie",
            "credential",
            "credentials");
    /** Of these, what error messages speak of too: "unexpected token: EOF" tells what is wrong and no secret. */
    private static final Set<String> SPOKEN_OF = Set.of("token", "secret", "secrets", "credential", "credentials");
    /** Words before {@code key} that make it one that opens something. */
    private static final Set<String> KEY_OF =
            Set.of("api", "access", "private", "secret", "account", "signing", "encryption", "shared");

    private static final int LONGEST_WORD = 24;
    private static final int SHORTEST_SCHEME_SECRET = 6;
    private static final byte MASK = '*';

    private static final int STRING = 1 << 3 | Cursor.LENGTH;
    private static final int ARRAY = 5 << 3 | Cursor.LENGTH;
    private static final int KEY_VALUES = 6 << 3 | Cursor.LENGTH;
    private static final int BYTES = 7 << 3 | Cursor.LENGTH;
    private static final int ELEMENT = 1 << 3 | Cursor.LENGTH;
    private static final int KEY = 1 << 3 | Cursor.LENGTH;
    private static final int VALUE = 2 << 3 | Cursor.LENGTH;

    /** Whole keys, in lower case, that are masked whatever their words say; and those that never are. */
    private final Set<String> masked;

    private final Set<String> kept;

    /**
     * @param masked keys that hold secrets though their names do not say so
     * @param kept keys that hold none though their names say so
     */
    public SecretMask(Set<String> masked, Set<String> kept) {
        this.masked = lowerCase(masked);
        this.kept = lowerCase(kept);
    }

    /** The words above and nothing else. */
    public static SecretMask standard() {
        return new SecretMask(Set.of(), Set.of());
    }

    /** The keys that are masked or kept besides what the words say; equal for masks that do the same. */
    @Override
    public String toString() {
        return "SecretMask[masked=" + new TreeSet<>(masked) + ", kept=" + new TreeSet<>(kept) + "]";
    }

    /** The value of an attribute without what in it is secret. */
    String value(String key, String value) {
        byte[] name = key.getBytes(StandardCharsets.UTF_8);
        byte[] text = value.getBytes(StandardCharsets.UTF_8);
        text(text, 0, text.length, namesSecret(name, 0, name.length));
        return new String(text, StandardCharsets.UTF_8);
    }

    private static Set<String> lowerCase(Set<String> keys) {
        return keys.stream().map(key -> key.toLowerCase(Locale.ROOT)).collect(Collectors.toUnmodifiableSet());
    }

    /**
     * Masks the value of one attribute.
     *
     * @param bytes a request whose wire format is known to be sound
     * @param from start of the KeyValue's content
     * @param to its end
     */
    void attribute(byte[] bytes, int from, int to) {
        Cursor cursor = new Cursor();
        cursor.open(bytes, from);
        keyValue(cursor, to, false);
    }

    private void keyValue(Cursor cursor, int end, boolean within) {
        int keyFrom = cursor.position;
        int keyTo = keyFrom;
        int valueFrom = -1;
        int valueTo = -1;
        while (cursor.position < end) {
            int tag = cursor.tag(end);
            if (tag == KEY || tag == VALUE) {
                int length = cursor.length(end);
                if (tag == KEY) {
                    keyFrom = cursor.position;
                    keyTo = keyFrom + length;
                } else {
                    valueFrom = cursor.position;
                    valueTo = valueFrom + length;
                }
                cursor.position += length;
            } else {
                cursor.skip(tag, end);
            }
        }
        if (valueFrom >= 0) {
            cursor.position = valueFrom;
            value(cursor, valueTo, within || namesSecret(cursor.bytes, keyFrom, keyTo));
            cursor.position = end;
        }
    }

    /** @param whole whether all of it is secret */
    private void value(Cursor cursor, int end, boolean whole) {
        while (cursor.position < end) {
            int tag = cursor.tag(end);
            if (tag != STRING && tag != BYTES && tag != ARRAY && tag != KEY_VALUES) {
                cursor.skip(tag, end);
                continue;
            }
            int to = cursor.length(end) + cursor.position;
            if (tag == ARRAY) {
                array(cursor, to, whole);
            } else if (tag == KEY_VALUES) {
                keyValues(cursor, to, whole);
            } else if (whole || tag == STRING) {
                text(cursor.bytes, cursor.position, to, whole);
            }
            cursor.position = to;
        }
    }

    private void array(Cursor cursor, int end, boolean whole) {
        boolean announced = false;
        while (cursor.position < end) {
            int tag = cursor.tag(end);
            if (tag != ELEMENT) {
                cursor.skip(tag, end);
                continue;
            }
            int to = cursor.length(end) + cursor.position;
            int from = cursor.position;
            value(cursor, to, whole || announced);
            announced = isSecretElement(cursor.bytes, from, to);
            cursor.position = to;
        }
    }

    private void keyValues(Cursor cursor, int end, boolean whole) {
        while (cursor.position < end) {
            int tag = cursor.tag(end);
            if (tag == ELEMENT) {
                int to = cursor.length(end) + cursor.position;
                keyValue(cursor, to, whole);
                cursor.position = to;
            } else {
                cursor.skip(tag, end);
            }
        }
    }

    /** Whether an array's element, an AnyValue, is an option such as {@code --db-password}, whose value comes next. */
    private boolean isSecretElement(byte[] bytes, int from, int to) {
        Cursor element = new Cursor();
        element.open(bytes, from);
        if (from == to || element.tag(to) != STRING) {
            return false;
        }
        int end = element.length(to) + element.position;
        return isSecretOption(bytes, element.position, end);
    }

    /** Whether a text is an option whose value, a secret, comes next. */
    boolean isSecretOption(byte[] bytes, int from, int to) {
        return from < to && bytes[from] == '-' && isName(bytes, from, to) && namesSecret(bytes, from, to);
    }

    private static boolean isName(byte[] bytes, int from, int to) {
        for (int at = from; at < to; at++) {
            if (!isNameByte(bytes[at])) {
                return false;
            }
        }
        return true;
    }

    /**
     * Masks the secret parts of a text in place.
     *
     * @param whole whether all of it is secret
     */
    void text(byte[] bytes, int from, int to, boolean whole) {
        if (whole) {
            fill(bytes, from, to);
            return;
        }
        for (int at = from; at < to; at++) {
            switch (bytes[at]) {
                case '=' -> at = afterName(bytes, from, at, to);
                case ':' ->
                    at = isAuthority(bytes, at, to) ? authority(bytes, at + 3, to) : afterName(bytes, from, at, to);
                case ' ' -> at = afterSpace(bytes, from, at, to);
                default -> {
                    // The byte of a word.
                }
            }
        }
    }

    private static boolean isAuthority(byte[] bytes, int colon, int to) {
        return colon + 2 < to && bytes[colon + 1] == '/' && bytes[colon + 2] == '/';
    }

    /** Masks the password of {@code user:password@host}; gives the last index that is done with. */
    private static int authority(byte[] bytes, int from, int to) {
        int colon = -1;
        int at = from;
        int sign = -1;
        while (at < to && bytes[at] != '/' && bytes[at] != '?' && bytes[at] != '#' && bytes[at] > ' ') {
            if (bytes[at] == ':' && colon < 0) {
                colon = at;
            } else if (bytes[at] == '@') {
                sign = at;
            }
            at++;
        }
        if (colon >= 0 && sign > colon) {
            fill(bytes, colon + 1, sign);
            return sign;
        }
        return from - 1;
    }

    /** Masks what follows a name and {@code =} or {@code :} if the name is a secret's. */
    private int afterName(byte[] bytes, int from, int sign, int to) {
        int nameTo = sign;
        while (nameTo > from && (bytes[nameTo - 1] == ' ' || isQuote(bytes[nameTo - 1]))) {
            nameTo--;
        }
        int nameFrom = nameTo;
        while (nameFrom > from && isNameByte(bytes[nameFrom - 1])) {
            nameFrom--;
        }
        if (!namesSecret(bytes, nameFrom, nameTo)) {
            return sign;
        }
        boolean sentence = bytes[sign] == ':' && nameTo == sign && sign + 1 < to && bytes[sign + 1] == ' ';
        return sentence && SPOKEN_OF.contains(word(bytes, wordStart(bytes, nameFrom, nameTo), nameTo))
                ? sign
                : fillWord(bytes, sign + 1, to) - 1;
    }

    /** Masks what follows an option or an authentication scheme. */
    private int afterSpace(byte[] bytes, int from, int space, int to) {
        int nameFrom = space;
        while (nameFrom > from && isNameByte(bytes[nameFrom - 1])) {
            nameFrom--;
        }
        boolean option = nameFrom < space && bytes[nameFrom] == '-' && namesSecret(bytes, nameFrom, space);
        if (option) {
            return fillWord(bytes, space + 1, to) - 1;
        }
        boolean scheme = is(bytes, nameFrom, space, "bearer") || is(bytes, nameFrom, space, "basic");
        return scheme && wordEnd(bytes, space + 1, to) - space > SHORTEST_SCHEME_SECRET
                ? fillWord(bytes, space + 1, to) - 1
                : space;
    }

    /** Masks one word, quoted or not, behind spaces; gives the index behind it. */
    private static int fillWord(byte[] bytes, int from, int to) {
        int start = from;
        while (start < to && bytes[start] == ' ') {
            start++;
        }
        // A scheme's name stays: what it says is no secret, what follows it is.
        for (String scheme : new String[] {"bearer", "basic"}) {
            int end = start + scheme.length();
            if (end < to && bytes[end] == ' ' && is(bytes, start, end, scheme)) {
                start = end + 1;
            }
        }
        if (start < to && isQuote(bytes[start])) {
            byte quote = bytes[start];
            int end = start + 1;
            while (end < to && bytes[end] != quote) {
                end++;
            }
            fill(bytes, start + 1, end);
            return Math.min(to, end + 1);
        }
        int end = wordEnd(bytes, start, to);
        fill(bytes, start, end);
        return end;
    }

    private static int wordEnd(byte[] bytes, int from, int to) {
        int end = from;
        while (end < to && " \t\r\n&;,\"')}]".indexOf(bytes[end]) < 0) {
            end++;
        }
        return end;
    }

    private static void fill(byte[] bytes, int from, int to) {
        Arrays.fill(bytes, from, to, MASK);
    }

    private static boolean isQuote(byte mark) {
        return mark == '"' || mark == '\'';
    }

    private static boolean isNameByte(byte mark) {
        return mark >= 'a' && mark <= 'z'
                || mark >= 'A' && mark <= 'Z'
                || mark >= '0' && mark <= '9'
                || mark == '_'
                || mark == '-'
                || mark == '.'
                || mark == '/';
    }

    private static boolean isParting(byte mark) {
        return mark == '_' || mark == '-' || mark == '.' || mark == '/' || mark == ' ';
    }

    /** Whether a key, an option or a name in a text says that its value is a secret. */
    boolean namesSecret(byte[] bytes, int from, int to) {
        if (!masked.isEmpty() || !kept.isEmpty()) {
            String key = new String(bytes, from, to - from, StandardCharsets.UTF_8).toLowerCase(Locale.ROOT);
            if (masked.contains(key) || kept.contains(key)) {
                return masked.contains(key);
            }
        }
        int start = wordStart(bytes, from, to);
        if (to - start > LONGEST_WORD || to - start < 3) {
            return false;
        }
        String word = word(bytes, start, to);
        if (!word.equals("key")) {
            return WORDS.contains(word);
        }
        int before = start;
        while (before > from && isParting(bytes[before - 1])) {
            before--;
        }
        int beforeStart = wordStart(bytes, from, before);
        return before - beforeStart <= LONGEST_WORD && KEY_OF.contains(word(bytes, beforeStart, before));
    }

    /** Start of the last word that ends at {@code to}. */
    private static int wordStart(byte[] bytes, int from, int to) {
        int at = to;
        while (at > from && !isParting(bytes[at - 1])) {
            at--;
            boolean capital = bytes[at] >= 'A' && bytes[at] <= 'Z';
            boolean small = at > from && bytes[at - 1] >= 'a' && bytes[at - 1] <= 'z';
            if (capital && small) {
                return at;
            }
        }
        return at;
    }

    private static String word(byte[] bytes, int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
    }

    private static boolean is(byte[] bytes, int from, int to, String lowerCase) {
        return to - from == lowerCase.length() && word(bytes, from, to).equals(lowerCase);
    }
}
