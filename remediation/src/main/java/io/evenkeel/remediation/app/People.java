package io.evenkeel.remediation.app;

import io.evenkeel.remediation.gate.Person;
import java.util.List;
import java.util.Locale;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.GrantedAuthority;

/** Who is signed in, in the words of the gate. */
final class People {
    private People() {}

    /** The highest role counts; without one the person may nothing. */
    static Person of(Authentication who) {
        List<String> held = who.getAuthorities().stream()
                .map(GrantedAuthority::getAuthority)
                .filter(java.util.Objects::nonNull)
                .map(authority -> authority.replaceFirst("^ROLE_", "").toLowerCase(Locale.ROOT))
                .toList();
        String role = "";
        for (String word : Roles.WORDS) {
            role = held.contains(word) ? word : role;
        }
        return new Person(who.getName(), role, who.getName().startsWith(BearerTokenFilter.MACHINE));
    }
}
