import { createApp } from "vue";
import OfferPage from "./offer-page.vue";

createApp(OfferPage).mount("#app");
