package io.evenkeel.remediation.app;

import io.evenkeel.remediation.audit.AuditVerifier;
import io.evenkeel.remediation.audit.CanonicalJson;
import io.evenkeel.remediation.postgres.RepairStores;
import java.util.List;
import java.util.Map;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Walks the audit chain for whoever asks. */
@RestController
final class AuditController {
    private final RepairStores stores;

    AuditController(RepairStores stores) {
        this.stores = stores;
    }

    @GetMapping("/api/v1/audit/verify")
    ResponseEntity<String> verify() {
        AuditVerifier.Report report = stores.audit().verify();
        List<Map<String, Object>> faults = report.faults().stream()
                .<Map<String, Object>>map(fault -> Map.of("seq", fault.seq(), "what", fault.what()))
                .toList();
        return ResponseEntity.ok()
                .contentType(MediaType.APPLICATION_JSON)
                .body(CanonicalJson.write(Map.of(
                        "holds", report.holds(),
                        "rows", report.rows(),
                        "headSeq", report.headSeq(),
                        "headHash", report.headHash(),
                        "text", report.text(),
                        "faults", faults)));
    }
}
