/**
 * Load for any registry, by Gatling: it shows how a registry feels to many users. What it costs is
 * measured elsewhere, by clients that cost less themselves.
 */
package dev.breakwater.gatling;
