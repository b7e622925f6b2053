package io.evenkeel.console.app;

import io.evenkeel.console.incident.Health;
import io.evenkeel.console.postgres.PostgresHealth;
import io.evenkeel.console.remedy.Viewer;
import io.evenkeel.console.text.Times;
import io.evenkeel.console.text.Words;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseCookie;
import org.springframework.ui.Model;
import org.springframework.web.util.WebUtils;

/** What stands around every page: language, theme, who is looking, how the house is. */
final class PageShell {
    private static final Set<String> THEMES = Set.of("light", "dark", "auto");
    private static final Set<String> LANGUAGES = Set.of("en", "ko");

    private final PostgresHealth health;
    private final ConsoleOptions options;
    private final AssetVersion assets;

    PageShell(PostgresHealth health, ConsoleOptions options, AssetVersion assets) {
        this.health = health;
        this.options = options;
        this.assets = assets;
    }

    /**
     * Puts the frame's parts into the model.
     *
     * @param nav name of the page in the navigation
     */
    Context open(Model model, HttpServletRequest request, HttpServletResponse response, String nav) {
        Health now = health.health();
        Words words = words(request, response);
        Times times = new Times(options.zone(), now.now());
        Viewer viewer = CurrentViewer.get();
        model.addAttribute("w", words);
        model.addAttribute("t", times);
        model.addAttribute("viewer", viewer);
        model.addAttribute("health", now);
        Health.Sight sight = now.sight(options.dataWarnAfter(), options.dataBlindAfter());
        model.addAttribute("sight", sight.name());
        model.addAttribute("warnAfter", options.dataWarnAfter().toSeconds());
        model.addAttribute("blindAfter", options.dataBlindAfter().toSeconds());
        model.addAttribute("tickMillis", options.liveTick().toMillis());
        model.addAttribute("nav", nav);
        model.addAttribute("demoSince", options.demoSince());
        model.addAttribute("theme", theme(request, response));
        model.addAttribute("assets", assets.text());
        model.addAttribute("here", request.getRequestURI());
        model.addAttribute("liveUrl", "/live?after=" + now.newestEvent());
        return new Context(words, times, viewer, now, sight);
    }

    /** Language and looks alone, for pages that must come up without a database. */
    void openBare(Model model, HttpServletRequest request, HttpServletResponse response) {
        model.addAttribute("w", words(request, response));
        model.addAttribute("theme", theme(request, response));
        model.addAttribute("assets", assets.text());
    }

    private static Words words(HttpServletRequest request, HttpServletResponse response) {
        String language = choice(request, response, "lang", LANGUAGES);
        if (language != null) {
            return Words.of(Locale.forLanguageTag(language));
        }
        Locale asked = request.getLocale();
        return Words.of(LANGUAGES.contains(asked.getLanguage()) ? asked : Locale.ENGLISH);
    }

    private static String theme(HttpServletRequest request, HttpServletResponse response) {
        String theme = choice(request, response, "theme", THEMES);
        return theme == null ? "auto" : theme;
    }

    /** A choice of the reader: from the URL, which is then remembered for a year, else from the cookie. */
    private static @Nullable String choice(
            HttpServletRequest request, HttpServletResponse response, String name, Set<String> allowed) {
        String asked = request.getParameter(name);
        if (asked != null && allowed.contains(asked)) {
            response.addHeader(
                    "Set-Cookie",
                    ResponseCookie.from("evenkeel-" + name, asked)
                            .path("/")
                            .maxAge(java.time.Duration.ofDays(365))
                            .sameSite("Lax")
                            .httpOnly(true)
                            .build()
                            .toString());
            return asked;
        }
        var cookie = WebUtils.getCookie(request, "evenkeel-" + name);
        return cookie != null && allowed.contains(cookie.getValue()) ? cookie.getValue() : null;
    }

    /**
     * @param words sentences in the reader's language
     * @param times the clock of this page
     * @param viewer who looks
     * @param health how the house is
     * @param sight how fresh what we see is
     */
    record Context(Words words, Times times, Viewer viewer, Health health, Health.Sight sight) {}
}
