package io.evenkeel.ingest;

import java.net.URI;
import java.net.URISyntaxException;

/** An address that somebody has typed, checked before it is used; no message shows a password that stands in it. */
public final class HttpAddress {
    private HttpAddress() {}

    /** @throws IllegalArgumentException for what is no address of a host, or has a password in it */
    public static URI of(String text) {
        try {
            return checked(new URI(text));
        } catch (URISyntaxException e) {
            // Not as its cause: the exception quotes the whole address.
            throw new IllegalArgumentException("'" + withoutUser(text) + "' is no address: " + e.getReason());
        }
    }

    /** @throws IllegalArgumentException for another scheme, no host, or a password */
    public static URI checked(URI address) {
        String scheme = String.valueOf(address.getScheme());
        String shown = withoutUser(address.toString());
        if (!(scheme.equals("http") || scheme.equals("https")) || address.getHost() == null) {
            throw new IllegalArgumentException(
                    "'" + shown + "' is no http address of a host, such as http://prometheus:9090");
        }
        if (address.getUserInfo() != null) {
            throw new IllegalArgumentException("an address with a password in it is shown by every process list:"
                    + " leave it out of " + shown + " and give a bearer token in a file or on the input");
        }
        return address;
    }

    private static String withoutUser(String address) {
        return address.replaceFirst("//.*@", "//");
    }
}
