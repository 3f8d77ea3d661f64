import type { Example } from "../../gateway/core/definition.ts";

/** Composed from the grammar. */
export const h02Examples: readonly Example[] = [
  {
    name: "a position",
    source: "composed",
    text: "*HQ,4200000018,V1,133742,A,3114.5000,N,12128.2500,E,000.00,235,251126,FFFFFBFF,460,11,d18e105,7752,6#",
    gives: [
      {
        kind: "other",
        address: "4200000018",
        press: null,
        position: { lat: 31.241667, lon: 121.470833, isFix: true },
      },
    ],
    reply: "*HQ,4200000018,V4,V1,20261125133742#",
  },
  {
    name: "the SOS key",
    source: "composed",
    text: "*HQ,4200000018,V1,133742,V,3114.5000,S,12128.2500,W,000.00,235,251126,FFFFFBFD#",
    gives: [
      {
        kind: "emergency",
        press: "sos",
        repeatMs: 60_000,
        position: { lat: -31.241667, lon: -121.470833, isFix: false },
      },
    ],
    reply: "*HQ,4200000018,V4,V1,20261125133742#",
  },
  {
    name: "bit 18 is no alarm",
    source: "composed",
    text: "*HQ,4200000018,V6,133742,A,3114.5000,N,12128.2500,E,0.00,0.00,251126,FFF3FBFF,460,0,9520,3671,8986#",
    gives: [{ kind: "other", press: null }],
  },
  {
    name: "a heartbeat",
    source: "composed",
    text: "*HQ,353456700000017,HTBT,64#",
    gives: [{ kind: "heartbeat", address: "353456700000017", batteryPct: 64 }],
    reply: "*HQ,353456700000017,HTBT#",
  },
  {
    name: "the state of a watch, with the SOS key",
    source: "composed",
    text: "*HQ,1700000018,LINK,133742,15,0,84,120,0,251126,FFFFFBFD#",
    gives: [
      { kind: "emergency", press: "sos", batteryPct: 84 },
      { kind: "heartbeat", press: null },
    ],
  },
  {
    name: "cells of the network",
    source: "composed",
    text: "*HQ,1700000018,NBR,133742,460,0,1,2,9520,13242758,40,9520,3672,30,251126,FFFFFBFF#",
    gives: [{ kind: "other", press: null }],
    reply: "*HQ,1700000018,V4,NBR,20261125133742#",
  },
  {
    name: "an alarm whose number is not known",
    source: "composed",
    text: "*HQ,353456700000017,ALRM,3,133742#",
    gives: [{ kind: "other", press: null, unclear: "ALRM 3" }],
  },
  {
    name: "a status that nobody filled in",
    source: "composed",
    text: "*HQ,4200000018,V1,133742,A,3114.5000,N,12128.2500,E,000.00,235,251126,00000000#",
    gives: [{ kind: "other", press: null, unclear: "status 00000000" }],
    reply: "*HQ,4200000018,V4,V1,20261125133742#",
  },
  {
    name: "nobody's position",
    source: "composed",
    text: "*HQ,,V1,133742,A,3114.5000,N,12128.2500,E,0.00,0,251126,FFFFFBFF#",
    gives: [{ kind: "other", address: "unnamed", wireId: null }],
  },
  {
    name: "the SOS key, binary",
    source: "composed",
    hex: "244200000018133742251126311450005512128250" + "0e000235fffffbfd000000",
    gives: [
      {
        kind: "emergency",
        address: "4200000018",
        press: "sos",
        batteryPct: 85,
        position: { lat: 31.241667, lon: 121.470833, isFix: true },
      },
    ],
  },
  {
    name: "a message without a maker",
    source: "composed",
    text: "*HQ,12,V1,133742#",
    gives: "rejected",
  },
];
