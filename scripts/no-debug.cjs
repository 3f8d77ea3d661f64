// Stands in for the package `debug` inside the bundle: brokers and serial lines call it for every packet.
"use strict";
function create() {
  const silent = () => {};
  silent.enabled = false;
  silent.extend = create;
  return silent;
}
module.exports = create;
module.exports.default = create;
