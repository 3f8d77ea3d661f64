import { createApp } from "vue";
import { readLink } from "./link.ts";
import OfferApp from "./offer-app.vue";
import "./offer.css";

createApp(OfferApp, { link: readLink(location.pathname, location.hash) }).mount("#app");
// Another link of the same offer differs behind the `#` only: browsers do not load the page anew for that.
window.addEventListener("hashchange", () => location.reload());
