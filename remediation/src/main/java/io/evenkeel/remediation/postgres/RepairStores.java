package io.evenkeel.remediation.postgres;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/** The stores behind repairs, over one database. */
public record RepairStores(
        PostgresTimeline timeline,
        PostgresAuditLog audit,
        PostgresExecutions executions,
        PostgresSteps steps,
        PostgresApprovals approvals,
        PostgresLimits limits,
        PostgresStops stops,
        PostgresRepairCases cases,
        PostgresRunbooks runbooks) {
    public static RepairStores over(JdbcClient jdbc, TransactionTemplate transactions) {
        PostgresTimeline timeline = new PostgresTimeline(jdbc);
        PostgresAuditLog audit = new PostgresAuditLog(jdbc, transactions);
        PostgresExecutions executions = new PostgresExecutions(jdbc, transactions, timeline, audit);
        return new RepairStores(
                timeline,
                audit,
                executions,
                new PostgresSteps(jdbc, transactions, audit),
                new PostgresApprovals(jdbc, transactions, executions),
                new PostgresLimits(jdbc, transactions, executions),
                new PostgresStops(jdbc, transactions, audit, timeline),
                new PostgresRepairCases(jdbc),
                new PostgresRunbooks(jdbc, transactions, audit));
    }
}
