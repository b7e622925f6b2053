package io.evenkeel.console.app;

import io.evenkeel.console.incident.IncidentRow;
import io.evenkeel.console.postgres.PostgresIncidents;
import io.evenkeel.domain.incident.IncidentState;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Optional;
import java.util.function.Function;
import org.springframework.http.HttpStatus;
import org.springframework.ui.Model;

/**
 * Finds the incident of a URL: a merged one leads to the one that lives on, an unknown one to a page that says so. URLs
 * live for ever.
 */
final class IncidentPages {
    /** Merges of merges; a longer chain than this would be a mistake of ours. */
    private static final int MOST_HOPS = 20;

    private final PostgresIncidents incidents;

    IncidentPages(PostgresIncidents incidents) {
        this.incidents = incidents;
    }

    /**
     * @param number as it stands in the URL
     * @param rest of the path, such as {@code /timeline}
     * @param show fills the page and names its view
     */
    String find(
            String number, String rest, Model model, HttpServletResponse response, Function<IncidentRow, String> show) {
        Optional<IncidentRow> asked = byText(number);
        if (asked.isEmpty()) {
            return missing(model, response, "incident", number);
        }
        IncidentRow row = survivor(asked.get());
        if (row.number() != asked.get().number()) {
            return "redirect:/i/" + row.number() + rest;
        }
        model.addAttribute("i", row);
        model.addAttribute("liveUrl", model.getAttribute("liveUrl") + "&incident=" + row.number());
        return show.apply(row);
    }

    String missing(Model model, HttpServletResponse response, String what, String asked) {
        response.setStatus(HttpStatus.NOT_FOUND.value());
        model.addAttribute("what", what);
        model.addAttribute("asked", asked);
        model.addAttribute("newest", incidents.newestNumber());
        return "console/missing";
    }

    private IncidentRow survivor(IncidentRow asked) {
        IncidentRow row = asked;
        for (int hop = 0; hop < MOST_HOPS; hop++) {
            Long next = row.state() == IncidentState.MERGED ? row.mergedInto() : null;
            Optional<IncidentRow> into = next == null ? Optional.empty() : incidents.byNumber(next);
            if (into.isEmpty()) {
                return row;
            }
            row = into.get();
        }
        return row;
    }

    private Optional<IncidentRow> byText(String number) {
        // up to 18 digits: always a long
        return number.matches("\\d{1,18}") ? incidents.byNumber(Long.parseLong(number)) : Optional.empty();
    }
}
