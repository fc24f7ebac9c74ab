package dev.breakwater.core.adoption;

import dev.breakwater.core.principal.Caller;
import dev.breakwater.core.verify.Pace;

/**
 * One adoption.
 *
 * @param caller on whose behalf everything is pushed
 * @param bytes passes what is read
 */
record AdoptionRun(Caller caller, AdoptionOptions options, AdoptionReport report, Pace bytes) {}
