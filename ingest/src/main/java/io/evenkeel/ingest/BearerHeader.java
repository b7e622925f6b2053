package io.evenkeel.ingest;

/** A bearer token as an Authorization header shows it (RFC 6750, section 2.1). Never printed. */
public final class BearerHeader {
    private BearerHeader() {}

    /**
     * @param token visible ASCII without spaces; what the JDK's client says of anything else quotes the token
     * @throws IllegalArgumentException for a token that no header takes; the message does not show it
     */
    public static String of(String token) {
        for (int i = 0; i < token.length(); i++) {
            char sign = token.charAt(i);
            if (sign <= ' ' || sign > '~') {
                throw new IllegalArgumentException("the bearer token is not a header value: its character " + (i + 1)
                        + " is no visible ASCII one; was something else copied along?");
            }
        }
        if (token.isEmpty()) {
            throw new IllegalArgumentException("the bearer token is empty");
        }
        return "Bearer " + token;
    }
}
