package dev.breakwater.core.transaction;

/**
 * A running database transaction. It is a parameter, so that the reader sees where a transaction
 * begins and ends; only the module that made it looks inside.
 */
public interface Tx {}
