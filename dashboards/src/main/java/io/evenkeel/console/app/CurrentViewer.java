package io.evenkeel.console.app;

import io.evenkeel.console.remedy.Viewer;
import java.util.Locale;
import org.springframework.security.authentication.AnonymousAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.core.context.SecurityContextHolder;

/** Who is logged in, from Spring Security; authorities are the role names, with or without {@code ROLE_}. */
final class CurrentViewer {
    private CurrentViewer() {}

    static Viewer get() {
        Authentication authentication = SecurityContextHolder.getContext().getAuthentication();
        if (authentication == null
                || !authentication.isAuthenticated()
                || authentication instanceof AnonymousAuthenticationToken) {
            return new Viewer("", Viewer.Role.NOBODY);
        }
        Viewer.Role highest = Viewer.Role.NOBODY;
        for (GrantedAuthority authority : authentication.getAuthorities()) {
            Viewer.Role role = role(authority.getAuthority());
            highest = role.compareTo(highest) > 0 ? role : highest;
        }
        return new Viewer(authentication.getName(), highest);
    }

    private static Viewer.Role role(@org.jspecify.annotations.Nullable String authority) {
        if (authority == null) {
            return Viewer.Role.NOBODY;
        }
        String word = authority.toUpperCase(Locale.ROOT);
        String name = word.startsWith("ROLE_") ? word.substring(5) : word;
        return switch (name) {
            case "VIEWER" -> Viewer.Role.VIEWER;
            case "RESPONDER" -> Viewer.Role.RESPONDER;
            case "APPROVER" -> Viewer.Role.APPROVER;
            case "ADMIN" -> Viewer.Role.ADMIN;
            default -> Viewer.Role.NOBODY;
        };
    }
}
